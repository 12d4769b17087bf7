/**
 * This package holds the promises of the product, each tried by one script in {@code deploy/acceptance} and one {@code
 * AcceptanceCheck} here, by what is promised.
 *
 * <pre>
 *   images       every picture is decoded or refused       accuracy    what the shipped models tell apart
 *   recovery     nothing is lost, doubled or left behind   training    what a training yields, and what it takes
 *   models       versions are swapped, bad ones refused    security    who may do what, over HTTP and on the cluster
 *   galleries    large galleries, exact and in time        speed       throughput, latency, memory
 *   windows      windows are exact, alarms come            deployment  images, composed clusters, Prometheus, a registry
 *   page         the page shows it                         clients      programs of others ask and read, as they are printed
 *   rig          what the checks share: broker, load, processes, pictures
 * </pre>
 */
package io.twinstream.deploy.acceptance;
