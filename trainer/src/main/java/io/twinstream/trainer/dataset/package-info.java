/**
 * Labelled images from a folder, decoded as the verifier decodes them.
 *
 * <pre>
 *   folder/[group/]class/image -&gt; ImageFiles (sorted) -&gt; ImageFolder (decoded, fingerprint)
 *   runs/run01/...             -&gt; OneShotRun
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.dataset;

import org.jspecify.annotations.NullMarked;
