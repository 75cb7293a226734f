// SPDX-License-Identifier: Apache-2.0
//
// node validate.js SCHEMA TESTSCHEMA ROOT: the schema accepts every policy that loads, and refuses of the broken
// ones (tests/policy-errors) all but those that not-seen.txt lists: a schema cannot see everything,
// and the list says what an editor leaves to `sallyport check`.  Likewise with policy tests.
'use strict'
const fs = require('fs')
const path = require('path')
const Ajv = require('ajv')
const yaml = require('js-yaml')

const [schemaFile, testSchemaFile, root] = process.argv.slice(2)
const compile = file => new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(fs.readFileSync(file, 'utf8')))
const validatePolicy = compile(schemaFile)
const validateTest = compile(testSchemaFile)
let passed = 0
let failed = 0

function result (good, what, why) {
  if (good) {
    passed++
  } else {
    failed++
    console.log(`not ok - ${what}: ${why}`)
  }
}

// What an editor would say about a text; '' when nothing.
function complaintAbout (text, validate) {
  let tree
  try {
    // YAML 1.2, and dates stay text, as yaml-language-server has it.
    tree = yaml.load(text, { schema: yaml.CORE_SCHEMA })
  } catch (e) {
    return e.message.split('\n')[0]
  }
  return validate(tree) ? '' : validate.errors.map(e => `${e.instancePath || '/'} ${e.message}`).join('; ')
}

function complaint (file, validate = validatePolicy) {
  return complaintAbout(fs.readFileSync(file, 'utf8'), validate)
}

function files (folder, test) {
  return fs.readdirSync(path.join(root, folder), { recursive: true })
    .filter(name => /^[^.].*\.ya?ml$/.test(name) && /_test\.ya?ml$/.test(name) === test && !name.split('/').some(part => part.startsWith('.')))
    .map(name => path.join(folder, name))
    .filter(name => fs.statSync(path.join(root, name)).isFile()).sort()
}

for (const file of [...files('policy', false), ...files('tests/verdicts/policies', false)]) {
  const why = complaint(path.join(root, file))
  result(why === '', file, why)
}

const notSeen = new Set(fs.readFileSync(path.join(root, 'tests/schema/not-seen.txt'), 'utf8').split('\n')
  .map(line => line.replace(/#.*/, '').trim()).filter(line => line))
function judge (name, broken, why) {
  if (!broken) result(why === '', name, why)
  else if (notSeen.has(name)) result(why === '', name, `not-seen.txt lists it, and it is refused (${why})`)
  else result(why !== '', name, 'the schema accepts it')
  notSeen.delete(name)
}

const folder = path.join(root, 'tests/policy-errors')
for (const name of fs.readdirSync(folder).sort()) {
  const file = path.join(folder, name, 'policy.yaml')
  if (!fs.existsSync(file)) continue
  const expected = fs.readFileSync(path.join(folder, name, 'expected'), 'utf8')
  if (expected.includes('[W312]')) continue // what YAML readers do not take for text
  // Errors of included files are theirs.
  const broken = /^policy\.yaml(:[0-9]+)*: error/m.test(expected)
  const why = complaint(file)
  judge(name, broken, why)
}

// --- policy tests ---

const brokenTest = /\/broken\/|failing\/fail_test|formats\/b_test/
for (const file of [...files('policy', true), ...files('tests/policy-tests', true)]) {
  const why = complaint(path.join(root, file), validateTest)
  judge(file, brokenTest.test(file), why)
}

const head = 'sallyport-test: 1\npolicy: p.yaml\n'
const good = head + 'cases: [{name: a, user: anna, docker: ps, expect: allow}]\n'
const inCase = text => head + `cases: [{name: a, user: anna, ${text}}]\n`
result(complaintAbout(good, validateTest) === '', 'the smallest test', complaintAbout(good, validateTest))
for (const [name, text] of Object.entries({
  'no version': good.replace(/^.*\n/, ''),
  'another version': good.replace(': 1', ': 2'),
  'no policy': good.replace(/policy.*\n/, ''),
  'no cases': head,
  'an empty list of cases': head + 'cases: []\n',
  'an unknown key of the file': good + 'nwo: 2026-01-01\n',
  'no date': good + 'now: tomorrow\n',
  'an unknown key of given': good + 'given: {symlink: {/a: /b}}\n',
  'a list of labels': good + 'given: {containers: {web: {labels: [a]}}}\n',
  'an unknown key of an image': good + 'given: {images: {a: {usr: x}}}\n',
  'an unknown key of a case': inCase('docker: ps, expect: allow, rul: x'),
  'another word': inCase('docker: ps, expect: maybe'),
  'nothing asked': inCase('expect: allow'),
  'two questions': inCase('docker: ps, api: GET /x, expect: allow'),
  'steps and a question': inCase('docker: ps, steps: [{docker: ps}], expect: allow'),
  'no steps': inCase('steps: [], expect: allow'),
  'a step that expects': inCase('steps: [{docker: ps, expect: allow}], expect: allow'),
  'a body without a request': inCase('docker: ps, body: {}, expect: allow'),
  'a refusal without a rule': inCase('docker: ps, expect: deny')
})) result(complaintAbout(text, validateTest) !== '', `policy test, ${name}`, 'the schema accepts it')

for (const name of notSeen) result(false, name, 'not-seen.txt lists it, and it is not there')
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
