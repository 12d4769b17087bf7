/**
 * Finds pictures in folders and archives of others: which files are left out, and which names entries have.
 *
 * <pre>
 *   names of a folder, entries of a zip file (ZipArchive) -&gt; FileKind -&gt; pictures
 *                                                              '-&gt; LeftOut, one line
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.files;

import org.jspecify.annotations.NullMarked;
