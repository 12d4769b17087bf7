/**
 * The threads that a service lives by.
 *
 * <pre>
 *   a thread's Throwable -&gt; ServiceThreads -&gt; log, metric, liveness; where the JVM itself failed, the end of the process
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.threads;

import org.jspecify.annotations.NullMarked;
