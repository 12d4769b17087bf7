/**
 * How well a model package tells subjects apart, measured with the verifier's own decoder, preprocessor, inference and
 * match function, in the terms of ISO/IEC 19795-1.
 *
 * <pre>
 *   ImageSet -&gt; EmbeddedImages -&gt; PairScores (all pairs) -&gt; ErrorRates -&gt; PairEvaluation: FMR table, EER, histograms
 *
 *   Comparer: ModelComparer | PixelComparer | HausdorffDistance (InkPoints, DistanceField)
 *   OneShotRun -&gt; Comparer -&gt; OneShotEvaluation: accuracy
 *   HeldOutImages -&gt; PairSample (PairStratum, PairDraw) -&gt; Comparer -&gt; ScoredPairs -&gt; VerificationEvaluation: accuracy, EER
 *   HeldOutImages -&gt; IdentificationTrial (Comparer) -&gt; IdentificationEvaluation: FPIR, FNIR by gallery size
 *
 *   ModelPackage + EvaluationMaterial + EvaluationPlan -&gt; Evaluation: all of them, and the baselines' Performance
 *   ModelPackage twice + HeldOutImages -&gt; ModelComparison
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
