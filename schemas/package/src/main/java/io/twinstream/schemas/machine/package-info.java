/** Measures what a process has of its machine: memory, and room in folders whose disk may be full, read only or away. */
@NullMarked
package io.twinstream.schemas.machine;

import org.jspecify.annotations.NullMarked;
