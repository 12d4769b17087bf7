/**
 * Fills a version's gallery from the references topic, and keeps the references that it can't use.
 *
 * <pre>
 *   references topic -&gt; GalleryUpdate (which record of a key holds; pause for its WorkShare) -&gt; ServingModel.gallery
 *                          |   ^                                                        '-&gt; UnusableReferences
 *                          v   '---- Outcome ----.
 *                        ReferenceWorkers -&gt; ReferenceWorker: an embedding that was kept | decode, embed
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.references;

import org.jspecify.annotations.NullMarked;
