/**
 * Sends images from the command line: files, folders and zip archives.
 *
 * <pre>
 *   paths -&gt; ImageSources -&gt; NamedImage -&gt; BulkSubmission -&gt; ImagePublisher
 *                  '-&gt; Subjects ---'          |
 *                                               |
 *                                               '-&gt; BulkOutcome (BulkProgress) ... BulkSummary
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.bulk;

import org.jspecify.annotations.NullMarked;
