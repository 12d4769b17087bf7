/**
 * Runs the verifier as a service, which {@link io.twinstream.verifier.VerifierService} puts together from the packages.
 *
 * <pre>
 *   settings, metrics, tracing, gallery, model, embeddings, references, version, control, standstill, lookahead, stream, merge,
 *   window, drift, feed, board, events, forward, web -&gt; VerifierService
 *   stream -&gt; replay
 * </pre>
 */
@NullMarked
package io.twinstream.verifier;

import org.jspecify.annotations.NullMarked;
