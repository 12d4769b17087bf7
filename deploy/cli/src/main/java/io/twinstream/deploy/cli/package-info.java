/**
 * This package is the command line {@code deploy/twinstream}: one class a command, thin over the module that does the work, in
 * a package for each group of commands.
 *
 * <pre>
 *   arguments -&gt; Twinstream -&gt; a command: SettingsOptions -&gt; Settings -&gt; Cluster -&gt; work -&gt; exit code
 *                                  `- any exception -&gt; ErrorLine: one line, exit code
 *
 *   setup      topics, acls, keys, settings      training   train, quantize, domain, evaluate
 *   service    ingest, verifier, trainer         models     publish, models
 *   images     enrol, submit                     embedded   demo, broker, bench
 *   judging    verify, watch, replay             console, cluster   what commands share
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.cli;

import org.jspecify.annotations.NullMarked;
