package io.twinstream.verifier.web;

import java.util.function.BooleanSupplier;

/**
 * Something that must hold.
 *
 * @param name what the answer calls it
 */
public record Check(String name, BooleanSupplier holds) {}
