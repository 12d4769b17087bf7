/** Folders whose disk may be full, read only or away. */
@NullMarked
package io.twinstream.schemas.disk;

import org.jspecify.annotations.NullMarked;
