/**
 * This package measures how fast the verifier is, as a share of what the machine can do.
 *
 * <pre>
 *   Workload -&gt; RawLimit (its setup by Finals) | Pipeline (look-ahead on, off) -&gt; Bench -&gt; BenchReport
 *   Sweep.Workloads -&gt; Sweep: a Pipeline for each setup -&gt; SweepPoint -&gt; SweepPage (LinePlot, CapacityFit): one HTML file
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.bench;

import org.jspecify.annotations.NullMarked;
