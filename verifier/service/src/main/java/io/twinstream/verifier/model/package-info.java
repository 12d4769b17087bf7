/**
 * Is what a probe is judged by: the network, match function and gallery of one model version, and the choice among them.
 *
 * <pre>
 *   ModelPackage -&gt; PrecisionChoice -&gt; ServingModel: network, match function, thresholds, gallery
 *   probe's append time -&gt; ModelChoice -&gt; ModelLease -&gt; ServingModel
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.model;

import org.jspecify.annotations.NullMarked;
