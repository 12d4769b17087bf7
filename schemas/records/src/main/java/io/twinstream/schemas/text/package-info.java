/**
 * Text of others as it may be shown: in logs, answers, tables and reports.
 */
@NullMarked
package io.twinstream.schemas.text;

import org.jspecify.annotations.NullMarked;
