/**
 * A model version that is open, and how it is lent to whoever judges.
 *
 * <pre>
 *   ModelPackage -&gt; PrecisionChoice -&gt; ServingModel: network, match function, thresholds, gallery
 *   probe's append time -&gt; ModelChoice -&gt; ModelLease -&gt; ServingModel
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.model;

import org.jspecify.annotations.NullMarked;
