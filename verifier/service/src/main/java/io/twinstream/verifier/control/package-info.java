/**
 * Which version is to judge from when, as people ask for it, and what is known of every version.
 *
 * <pre>
 *   ModelTopics | ModelLog (release) -&gt; ModelBoard -&gt; ModelCatalogue -&gt; ModelSummary, ModelDetails
 *                                          '-&gt; ActivationRules -&gt; ActivationWriter -&gt; activations topic -&gt; ActivationOutcome
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.control;

import org.jspecify.annotations.NullMarked;
