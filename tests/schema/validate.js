// SPDX-License-Identifier: Apache-2.0
//
// node validate.js SCHEMA ROOT: the schema accepts every policy that loads, and refuses of the broken
// ones (tests/policy-errors) all but those that not-seen.txt lists: a schema cannot see everything,
// and the list says what an editor leaves to `sallyport check`.
'use strict'
const fs = require('fs')
const path = require('path')
const Ajv = require('ajv')
const yaml = require('js-yaml')

const [schemaFile, root] = process.argv.slice(2)
const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(fs.readFileSync(schemaFile, 'utf8')))
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

// What an editor would say about a file; '' when nothing.
function complaint (file) {
  let tree
  try {
    // YAML 1.2, and dates stay text, as yaml-language-server has it.
    tree = yaml.load(fs.readFileSync(file, 'utf8'), { schema: yaml.CORE_SCHEMA })
  } catch (e) {
    return e.message.split('\n')[0]
  }
  return validate(tree) ? '' : validate.errors.map(e => `${e.instancePath || '/'} ${e.message}`).join('; ')
}

function policies (folder) {
  return fs.readdirSync(path.join(root, folder), { recursive: true })
    .filter(name => /^[^.].*\.ya?ml$/.test(name) && !/_test\.ya?ml$/.test(name) && !name.split('/').some(part => part.startsWith('.')))
    .map(name => path.join(folder, name))
    .filter(name => fs.statSync(path.join(root, name)).isFile()).sort()
}

for (const file of [...policies('policy'), ...policies('tests/verdicts/policies')]) {
  const why = complaint(path.join(root, file))
  result(why === '', file, why)
}

const notSeen = new Set(fs.readFileSync(path.join(root, 'tests/schema/not-seen.txt'), 'utf8').split('\n')
  .map(line => line.replace(/#.*/, '').trim()).filter(line => line))
const folder = path.join(root, 'tests/policy-errors')
for (const name of fs.readdirSync(folder).sort()) {
  const file = path.join(folder, name, 'policy.yaml')
  if (!fs.existsSync(file)) continue
  const expected = fs.readFileSync(path.join(folder, name, 'expected'), 'utf8')
  if (expected.includes('[W312]')) continue // what YAML readers do not take for text
  // Errors of included files are theirs.
  const broken = /^policy\.yaml(:[0-9]+)*: error/m.test(expected)
  const why = complaint(file)
  if (!broken) result(why === '', name, why)
  else if (notSeen.has(name)) result(why === '', name, `not-seen.txt lists it, and it is refused (${why})`)
  else result(why !== '', name, 'the schema accepts it')
  notSeen.delete(name)
}
for (const name of notSeen) result(false, name, 'not-seen.txt lists it, and it is not there')
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
