/**
 * Carries out a whole training run, from folders of images to a model package.
 *
 * <pre>
 *   TrainingOptions -&gt; TrainingRun: read, train, measure -&gt; ModelPackage's zip file
 *                          '-&gt; TrainingListener: phases, data report, progress
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.run;

import org.jspecify.annotations.NullMarked;
