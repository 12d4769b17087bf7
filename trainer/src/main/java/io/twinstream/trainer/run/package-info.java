/**
 * A whole training run, from folders of images to a model package.
 *
 * <pre>
 *   TrainingOptions -&gt; TrainingRun: read, train, export, measure -&gt; ModelPackage's zip file
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.run;

import org.jspecify.annotations.NullMarked;
