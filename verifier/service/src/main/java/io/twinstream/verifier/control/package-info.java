/**
 * Takes people's orders for which version judges from when, and shows what is known of every version.
 *
 * <pre>
 *   ModelTopics | ModelLog (release) -&gt; ModelBoard -&gt; ModelCatalogue -&gt; ModelSummary, ModelDetails
 *                                          '-&gt; ActivationRules -&gt; ActivationWriter -&gt; activations topic -&gt; ActivationOutcome
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.control;

import org.jspecify.annotations.NullMarked;
