/**
 * Tells listeners once a second what has happened lately. It is worked out once for each filter, however many listeners
 * have it, and only while somebody listens.
 *
 * <pre>
 *   clock, once a second -&gt; EventHub -&gt; EventKind (each filter) -&gt; EventListener
 *   EventKind: WindowEvents | ServiceEvents | VerdictEvents | ChangeEvents
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.events;

import org.jspecify.annotations.NullMarked;
