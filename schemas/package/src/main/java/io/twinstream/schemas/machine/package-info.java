/** What a process has of the machine that it runs on: memory, and room in folders whose disk may be full, read only or away. */
@NullMarked
package io.twinstream.schemas.machine;

import org.jspecify.annotations.NullMarked;
