package io.twinstream.ingest.publish;

import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.GivenRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a region as a sender writes it: its box as {@code X,Y,WIDTH,HEIGHT} or {@code X,Y,WIDTH,HEIGHT,SCORE}, and its key
 * points as {@code X,Y;X,Y}. All are decimal numbers of pixels, counted in the upright picture.
 *
 * @param box what the box is called where it is given, for messages
 * @param points what the key points are called
 */
public record RegionText(String box, String points) {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
    private static final int BOX_NUMBERS = 4;
    private static final String FORM = "X,Y,WIDTH,HEIGHT or X,Y,WIDTH,HEIGHT,SCORE in pixels";

    /**
     * Returns the region that the two texts describe, or empty where there are none.
     *
     * @throws InvalidRequestException if they describe no region
     */
    public Optional<Region> read(Optional<String> boxText, Optional<String> pointsText) {
        if (boxText.isEmpty()) {
            if (pointsText.isPresent()) {
                throw new InvalidRequestException(
                        "%s needs %s: give the box that the points belong to, as X,Y,WIDTH,HEIGHT"
                                .formatted(points, box));
            }
            return Optional.empty();
        }
        Region bare = region(boxText.get());
        Region region = new Region(
                bare.getX(),
                bare.getY(),
                bare.getWidth(),
                bare.getHeight(),
                bare.getScore(),
                pointsText.map(this::points).orElse(List.of()));
        String fault = GivenRegion.pointsFault(region);
        if (fault != null) {
            throw new InvalidRequestException("%s: %s".formatted(points, fault));
        }
        return Optional.of(region);
    }

    private Region region(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != BOX_NUMBERS && parts.length != BOX_NUMBERS + 1) {
            throw noBox(text, "it takes 4 or 5 numbers", parts.length > BOX_NUMBERS);
        }
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = number(parts[i]).orElse(Float.NaN);
            if (!Float.isFinite(numbers[i])) {
                throw noBox(text, "'%s' is no number that a picture has".formatted(ForeignText.value(parts[i])), false);
            }
        }
        float score = parts.length == BOX_NUMBERS ? 1 : numbers[BOX_NUMBERS];
        Region region = new Region(numbers[0], numbers[1], numbers[2], numbers[3], score, List.of());
        String fault = GivenRegion.boxFault(region);
        if (fault != null) {
            throw noBox(text, fault, parts.length > BOX_NUMBERS);
        }
        return region;
    }

    private InvalidRequestException noBox(String text, String cause, boolean manyCommas) {
        return new InvalidRequestException("%s must be %s, was '%s': %s%s"
                .formatted(
                        box,
                        FORM,
                        ForeignText.value(text),
                        cause,
                        mend(text, manyCommas ? "; write decimals with a point" : "")));
    }

    private static String mend(String text, String otherwise) {
        if (text.indexOf('%') >= 0) {
            return "; give pixels, not percent";
        }
        return text.indexOf(';') >= 0 ? "; put commas between the numbers" : otherwise;
    }

    private List<Point> points(String text) {
        // As many separators as are allowed are looked for, however long the text is.
        String[] pairs = text.split(";", GivenRegion.MOST_POINTS + 1);
        if (pairs.length > GivenRegion.MOST_POINTS) {
            throw new InvalidRequestException(
                    "%s must be at most %d: send the key points alone".formatted(points, GivenRegion.MOST_POINTS));
        }
        List<Point> read = new ArrayList<>(pairs.length);
        for (String pair : pairs) {
            String[] parts = pair.split(",", -1);
            Optional<Float> x = number(parts[0]);
            Optional<Float> y = parts.length == 2 ? number(parts[1]) : Optional.empty();
            if (x.isEmpty() || y.isEmpty()) {
                throw new InvalidRequestException("%s must be X,Y;X,Y in pixels, was '%s': '%s' is no X,Y%s"
                        .formatted(
                                points,
                                ForeignText.value(text),
                                ForeignText.value(pair),
                                text.indexOf('%') >= 0 || parts.length <= 2
                                        ? mend(text.replace(';', ','), "")
                                        : "; write decimals with a point, and a semicolon between points"));
            }
            read.add(new Point(x.get(), y.get()));
        }
        return read;
    }

    /** Returns the number, or empty where the text is none or so large that a float can't hold it. */
    private static Optional<Float> number(String text) {
        String plain = text.strip();
        if (plain.length() > ForeignText.MOST_OF_VALUE || !NUMBER.matcher(plain).matches()) {
            return Optional.empty();
        }
        float number = Float.parseFloat(plain);
        return Float.isFinite(number) ? Optional.of(number) : Optional.empty();
    }
}
