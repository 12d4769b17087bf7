/**
 * Whether a model answers as where it was exported, and can be opened at all without harm.
 *
 * <pre>
 *   package file -&gt; ModelTrial -&gt; TrialProcess (a process of its own): opened, SelfTest, warmed -&gt; passed | refused
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.trial;

import org.jspecify.annotations.NullMarked;
