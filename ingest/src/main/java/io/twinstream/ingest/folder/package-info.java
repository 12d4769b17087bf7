/**
 * Sends the images of a watched folder, each file once, also across restarts.
 *
 * <pre>
 *   FolderWatch: FolderChanges -&gt; FolderScan -&gt; settled files -&gt; FolderSender -&gt; ImagePublisher
 *                             ^                                              | acknowledged, or refused
 *                             '------------------ Journal &lt;------------------'
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.folder;

import org.jspecify.annotations.NullMarked;
