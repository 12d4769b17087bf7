/**
 * Makes the threads that a service lives by, and starts and stops its parts.
 *
 * <pre>
 *   a service's parts -&gt; ServiceParts -&gt; RunningService
 *   a thread's Throwable -&gt; ServiceThreads -&gt; log, metric, liveness; where the JVM itself failed, the end of the process
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.threads;

import org.jspecify.annotations.NullMarked;
