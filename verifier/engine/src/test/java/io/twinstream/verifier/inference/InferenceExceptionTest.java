package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceExceptionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    out of memory | out of memory
                    Error code - ORT_FAIL - message: a word | a word
                    Error code - ORT_FAIL - message: /src/bridge.cc:1988 Provider& Library::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library x.so with error: libcuda.so.1: cannot open | Failed to load library x.so with error: libcuda.so.1: cannot open
                    Error code - ORT_FAIL - message: /src/info.cc:62 static Info Info::From(const Options&) [ONNXRuntimeError] : 1 : FAIL : utils.h:187 Parse Failed to parse provider option "device_id": CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=vm ; file=info.cc ; line=69 ; expr=cudaGetDeviceCount(&n); | CUDA failure 100: no CUDA-capable device is detected
                    """)
    void theCauseIsWhatOnnxRuntimeSaysWithoutItsSources(String said, String cause) {
        assertEquals(
                "CUDA can't be used: " + cause,
                new InferenceException("CUDA can't be used", new Exception(said + "\n\nat somewhere")).getMessage());
    }
}
