/**
 * The trial package tests that a model can be opened without harm, and answers as it did where it was exported.
 *
 * <pre>
 *   package file -&gt; ModelTrial -&gt; TrialProcess (a process of its own): opened, SelfTest, warmed -&gt; passed | refused
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.trial;

import org.jspecify.annotations.NullMarked;
