package io.twinstream.verifier.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Writes an embedder's graph anew so that it takes {@link InputForm#SAMPLES}: it brings the channels of these to the front, makes
 * floats of them and scales them as the preprocessor does. All behind that stays as it is.
 *
 * <p>Maintainers: an ONNX file is a protobuf message, in which fields may come in any order. The input's field is left out, the new
 * ones are put before the graph's own, and the lengths of graph and file are counted anew. The numbers of fields and types are
 * those of {@code onnx.proto}. ONNX's own classes would make objects of all weights, and verifiers have no other use for them.
 */
final class SamplesGraph {
    private static final int GRAPH = 7;
    private static final int NODE = 1;
    private static final int INITIALIZER = 5;
    private static final int INPUT = 11;
    private static final int NAME_OF_INPUT = 1;
    private static final int ATTRIBUTE = 5;

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;

    private SamplesGraph() {}

    /**
     * Returns the graph that takes samples.
     *
     * @throws IllegalArgumentException if these bytes are no model that takes {@link InputForm#FLOATS}
     */
    static byte[] of(byte[] model, InputSpec spec) {
        Field graph = Field.only(model, 0, model.length, field -> field.number == GRAPH);
        Field image = Field.only(
                model,
                graph.content,
                graph.end,
                field -> field.number == INPUT && InputForm.FLOATS.input().equals(name(model, field)));
        byte[] added = scaling(spec);
        Message out = new Message(model.length + added.length);
        out.copy(model, 0, graph.start);
        out.length(GRAPH, added.length + graph.end - graph.content - (image.end - image.start));
        out.copy(added, 0, added.length);
        out.copy(model, graph.content, image.start);
        out.copy(model, image.end, graph.end);
        out.copy(model, graph.end, model.length);
        return out.toByteArray();
    }

    private static String name(byte[] model, Field value) {
        Field name = Field.only(model, value.content, value.end, field -> field.number == NAME_OF_INPUT);
        return new String(model, name.content, name.end - name.content, UTF_8);
    }

    /** Returns the input and what makes floats of it, each of which is the preprocessor's to the bit. */
    private static byte[] scaling(InputSpec spec) {
        String samples = InputForm.SAMPLES.input();
        String planes = samples + ".planes";
        String floats = samples + ".floats";
        String scaled = spec.inkIsOne() ? samples + ".scaled" : InputForm.FLOATS.input();
        Message graph = new Message()
                .message(INPUT, input(samples, spec))
                .message(INITIALIZER, number(samples + ".scale", spec.inkIsOne() ? -1f / 255 : 1f / 255))
                .message(NODE, node("Transpose", planes, samples).message(ATTRIBUTE, integers("perm", 0, 3, 1, 2)))
                .message(NODE, node("Cast", floats, planes).message(ATTRIBUTE, integer("to", FLOAT)))
                .message(NODE, node("Mul", scaled, floats, samples + ".scale"));
        if (spec.inkIsOne()) {
            graph.message(INITIALIZER, number(samples + ".offset", 1))
                    .message(NODE, node("Add", InputForm.FLOATS.input(), scaled, samples + ".offset"));
        }
        return graph.toByteArray();
    }

    private static Message input(String name, InputSpec spec) {
        Message shape = new Message().message(1, new Message().text(2, "n"));
        for (int size : new int[] {spec.height(), spec.width(), spec.channels()}) {
            shape.message(1, new Message().integer(1, size));
        }
        Message tensor = new Message().integer(1, UINT8).message(2, shape);
        return new Message().text(NAME_OF_INPUT, name).message(2, new Message().message(1, tensor));
    }

    private static Message node(String operator, String output, String... inputs) {
        Message node = new Message();
        for (String each : inputs) {
            node.text(1, each);
        }
        return node.text(2, output).text(4, operator);
    }

    private static Message integer(String name, int value) {
        return new Message().text(1, name).integer(3, value).integer(20, 2);
    }

    private static Message integers(String name, int... values) {
        Message attribute = new Message().text(1, name).integer(20, 7);
        for (int each : values) {
            attribute.integer(8, each);
        }
        return attribute;
    }

    private static Message number(String name, float value) {
        byte[] bytes = ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
        return new Message().integer(2, FLOAT).text(8, name).bytes(9, bytes);
    }

    /**
     * A field is a part of a message.
     *
     * @param start where it begins, with its number
     * @param content where its content begins
     * @param end where both end
     */
    private record Field(int number, int start, int content, int end) {
        private static final int VARINT = 0;
        private static final int LONG = 1;
        static final int BYTES = 2;
        private static final int INT = 5;

        /** Returns the one field of a message that is meant. */
        static Field only(byte[] bytes, int from, int to, Predicate<Field> meant) {
            List<Field> found = new ArrayList<>();
            ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
            while (in.hasRemaining()) {
                Field field = next(in);
                if (meant.test(field)) {
                    found.add(field);
                }
            }
            if (found.size() != 1) {
                throw new IllegalArgumentException("a field was looked for and found %d times".formatted(found.size()));
            }
            return found.get(0);
        }

        private static Field next(ByteBuffer in) {
            int start = in.position();
            int tag = (int) varint(in);
            long length = switch (tag & 7) {
                case VARINT -> {
                    varint(in);
                    yield 0;
                }
                case LONG -> Long.BYTES;
                case BYTES -> varint(in);
                case INT -> Integer.BYTES;
                default -> throw new IllegalArgumentException("a field is of the unknown kind " + (tag & 7));
            };
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("a field of %d bytes has %d left".formatted(length, in.remaining()));
            }
            int content = in.position();
            in.position(content + (int) length);
            return new Field(tag >>> 3, start, content, in.position());
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE && in.hasRemaining(); shift += 7) {
                byte next = in.get();
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number has no end");
        }
    }

    /** A message is written field by field. */
    private static final class Message {
        private static final int FEW_BYTES = 64;

        private final ByteArrayOutputStream out;

        Message() {
            this(FEW_BYTES);
        }

        Message(int bytes) {
            this.out = new ByteArrayOutputStream(bytes);
        }

        Message integer(int field, long value) {
            varint(field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(UTF_8));
        }

        Message message(int field, Message content) {
            return bytes(field, content.toByteArray());
        }

        Message bytes(int field, byte[] content) {
            length(field, content.length);
            return copy(content, 0, content.length);
        }

        /** Begins a field with so many bytes of content. */
        void length(int field, int bytes) {
            varint((field << 3) | Field.BYTES);
            varint(bytes);
        }

        Message copy(byte[] from, int start, int end) {
            out.write(from, start, end - start);
            return this;
        }

        private void varint(long value) {
            long left = value;
            while (left >>> 7 != 0) {
                out.write((int) ((left & 0x7f) | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
