/**
 * What has happened lately, told once a second to those who listen. What is told is worked out once for each filter, however many
 * listen with it, and only while somebody listens.
 *
 * <pre>
 *   clock, once a second -&gt; EventHub -&gt; EventKind (each filter) -&gt; Frame -&gt; Listener
 *   EventKind: Windows | ServiceFigures | VerdictEvents | Changes
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.events;

import org.jspecify.annotations.NullMarked;
