/**
 * Tells those who listen once a second what has happened lately. What is told is worked out once for each filter, however many
 * listen with it, and only while somebody listens.
 *
 * <pre>
 *   clock, once a second -&gt; EventHub -&gt; EventKind (each filter) -&gt; EventListener
 *   EventKind: WindowEvents | ServiceEvents | VerdictEvents | ChangeEvents
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.events;

import org.jspecify.annotations.NullMarked;
