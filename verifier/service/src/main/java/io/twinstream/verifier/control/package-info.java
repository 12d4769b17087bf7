/**
 * Which version is to judge from when, as people ask for it, and what is known of every version.
 *
 * <pre>
 *   releases, activations, states topics -&gt; ModelBoard -&gt; ModelCatalogue -&gt; ModelSummary, ModelDetails
 *                                               '-&gt; ActivationRules, RollbackTarget -&gt; ActivationWriter -&gt; activations topic
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.control;

import org.jspecify.annotations.NullMarked;
