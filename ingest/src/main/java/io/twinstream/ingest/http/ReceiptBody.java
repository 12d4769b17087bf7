package io.twinstream.ingest.http;

import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.Receipt;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A receipt as JSON: {@code {"id": "..."}}, with {@code "shrunk"} where a picture was made smaller. */
final class ReceiptBody {
    private ReceiptBody() {}

    static Object of(Receipt receipt) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("id", receipt.id()));
        if (!receipt.shrunk().isEmpty()) {
            Map<String, Object> pictures = new TreeMap<>();
            receipt.shrunk().forEach((name, shrunk) -> pictures.put(name, of(shrunk)));
            body.put("shrunk", pictures);
        }
        return body;
    }

    private static Map<String, Object> of(Shrunk shrunk) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", shrunk.sentBytes());
        fields.put("width", shrunk.sentWidth());
        fields.put("height", shrunk.sentHeight());
        fields.put("ofBytes", shrunk.bytes());
        return fields;
    }
}
