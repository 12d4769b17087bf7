package io.twinstream.schemas.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileKindTest {
    @ParameterizedTest
    @CsvSource({
        "ann/1.png, PICTURE",
        "ann/IMG_0001, PICTURE",
        "ann/1.heic, PICTURE",
        "recycle/eaDir/Thumbs.png, PICTURE",
        "ann/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg, SYSTEMS",
        "#recycle/ann/1.png, SYSTEMS",
        "$RECYCLE.BIN/1.png, SYSTEMS",
        "SYSTEM VOLUME INFORMATION/1.png, SYSTEMS",
        "__MACOSX/ann/1.png, SYSTEMS",
        "ann/thumbs.DB, SYSTEMS",
        "ann/Desktop.ini, SYSTEMS",
        "ann/._1.png, SYSTEMS",
        ".git/1.png, SYSTEMS",
        "ann/1.png.json, OTHER",
        "README.TXT, OTHER"
    })
    void aNameTellsWhatIsMeant(String path, FileKind kind) {
        assertEquals(kind, FileKind.of(path));
    }
}
