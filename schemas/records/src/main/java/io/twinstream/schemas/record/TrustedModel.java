package io.twinstream.schemas.record;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Makes Avro's model of the generated records. Avro 1.12.2 instantiates no class that it isn't told to trust, so that the first record that is
 * loaded adds this package to what is trusted; what else a program trusts stays.
 */
final class TrustedModel {
    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(TrustedModel.class.getPackageName())));
    }

    private TrustedModel() {}

    /** Returns a new model; the build puts the call into the generated records. */
    static SpecificData make() {
        return new SpecificData();
    }
}
