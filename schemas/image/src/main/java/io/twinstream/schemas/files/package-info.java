/**
 * Pictures as they lie in folders and archives of others: which files aren't meant, and what entries are called.
 *
 * <pre>
 *   names of a folder, entries of a zip file (ZipArchive) -&gt; FileKind -&gt; pictures
 *                                                              '-&gt; LeftOut, one line
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.files;

import org.jspecify.annotations.NullMarked;
