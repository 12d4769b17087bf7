/**
 * What operators and load balancers ask over HTTP.
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
