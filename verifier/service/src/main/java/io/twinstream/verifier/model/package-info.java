/**
 * Opens model versions and lends them to whoever judges.
 *
 * <pre>
 *   ModelPackage -&gt; PrecisionChoice -&gt; ServingModel: network, match function, thresholds, gallery
 *   probe's append time -&gt; ModelChoice -&gt; ModelLease -&gt; ServingModel
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.model;

import org.jspecify.annotations.NullMarked;
