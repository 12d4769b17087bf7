/**
 * Measures how well a model package tells subjects apart, with the verifier's own decoder, preprocessor, inference and
 * match function, in the terms of ISO/IEC 19795-1.
 *
 * <pre>
 *   ImageSet -&gt; PairScores (all pairs) -&gt; ErrorRates -&gt; PairEvaluation: ThresholdTable, EER, histograms
 *   ImageSet -&gt; ClassResampling (classes drawn again and again) -&gt; PairEvaluation: bounds, and what other classes would see
 *   ImageSet -&gt; PairScores (all pairs) -&gt; L1Calibration: scale and bias, for embedders of others and pictures of others
 *
 *   Comparer: ModelComparer | PixelComparer | HausdorffDistance
 *   OneShotRun -&gt; Comparer -&gt; OneShotEvaluation: accuracy
 *   HeldOutImages -&gt; PairSample (PairPlan) -&gt; Comparer -&gt; VerificationEvaluation: accuracy, EER
 *   HeldOutImages -&gt; IdentificationTrial (Comparer) -&gt; IdentificationPoint: FPIR, FNIR by gallery size
 *
 *   ModelPackage + material + plan -&gt; Evaluation: all of them, and the baselines'
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
