package io.twinstream.schemas.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokenMachineTest {
    @Test
    void aLibraryThatCantBeLoadedIsToldWithTheFolderToSet() {
        String line = told(new IllegalStateException(new UnsatisfiedLinkError("no onnxruntime")));

        assertTrue(line.startsWith("a native library can't be loaded: no onnxruntime; -Djava.io.tmpdir="), line);
    }

    @Test
    void aClassThatIsGoneIsNotTakenForALibrary() {
        var gone = new NoClassDefFoundError("io/twinstream/Form");
        gone.initCause(new ClassNotFoundException("io.twinstream.Form"));

        String line = told(gone);

        assertTrue(line.startsWith("a class is missing: io/twinstream/Form; the program's files"), line);
    }

    @Test
    void aClassThatItsLibraryKeepsFromBeingReadyIsToldAsTheLibrary() {
        String line = told(new NoClassDefFoundError("Could not initialize class org.lib.Native"));

        assertTrue(line.startsWith("a native library can't be loaded: Could not initialize"), line);
    }

    @Test
    void otherFailuresAreNone() {
        assertEquals(Optional.empty(), BrokenMachine.told(new IllegalStateException("else")));
    }

    private static String told(Throwable failure) {
        return BrokenMachine.told(failure).orElseThrow();
    }
}
