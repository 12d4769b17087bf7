/**
 * The commands of {@code deploy/twinstream}: one class each, thin over the module that does the work.
 *
 * <pre>
 *   arguments -&gt; Twinstream -&gt; a command: SettingsOptions -&gt; Settings -&gt; work -&gt; exit code
 *                                  `- any exception -&gt; ErrorLine: one line, exit code
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.cli;

import org.jspecify.annotations.NullMarked;
