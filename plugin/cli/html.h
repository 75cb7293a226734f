/* SPDX-License-Identifier: Apache-2.0 */
/* html.h: text into a web page.  Layer: cli. */
#ifndef SALLYPORT_CLI_HTML_H
#define SALLYPORT_CLI_HTML_H

#include "sallyport/base.h"

/* contrib/html/replay.css, .js and .html, borrowed forever. */
struct sp_str sp_html_css(void);
struct sp_str sp_html_js(void);
struct sp_str sp_html_main(void);

/* Text, also inside of a quoted attribute: no byte of it can become markup or steer a reader. */
void sp_html_text(struct sp_buf *out, struct sp_str text);
/* JSON as the content of a script element: nothing in it can end the element. */
void sp_html_json(struct sp_buf *out, struct sp_str json);

#endif
