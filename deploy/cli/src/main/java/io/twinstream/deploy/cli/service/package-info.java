/**
 * This package holds the commands that run a service until a signal comes: {@code ingest}, {@code verifier}, {@code trainer}.
 */
@NullMarked
package io.twinstream.deploy.cli.service;

import org.jspecify.annotations.NullMarked;
