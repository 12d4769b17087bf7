/**
 * Takes models that others made.
 *
 * <pre>
 *   a detector's ONNX file + LocatorSpec -&gt; ForeignLocator -&gt; locator.onnx
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.foreign;

import org.jspecify.annotations.NullMarked;
