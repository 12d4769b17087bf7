/** Makes the text of others fit to be shown in logs, answers, tables and reports. */
@NullMarked
package io.twinstream.schemas.text;

import org.jspecify.annotations.NullMarked;
