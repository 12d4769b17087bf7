package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegionTextTest {
    private static final RegionText NAMES = new RegionText("region", "points");

    @Test
    void aBoxHasFourNumbersAndPerhapsAScore() {
        assertEquals(new Region(12f, 8.5f, 100f, 120f, 1f, List.of()), read("12,8.5,100,120"));
        assertEquals(new Region(-3f, -0.25f, 40f, 1f, 0.97f, List.of()), read("-3,-.25,40,1,.97"));
        assertEquals(new Region(1000f, 0f, 20f, 30f, 0f, List.of()), read(" 1e3, 0.,+20 ,30 ,0 "));
    }

    @Test
    void pointsKeepTheirOrder() {
        Region region = NAMES.read(Optional.of("10,10,50,60"), Optional.of("20,25.5;45,25;33,-2"))
                .orElseThrow();

        assertEquals(List.of(new Point(20f, 25.5f), new Point(45f, 25f), new Point(33f, -2f)), region.getPoints());
    }

    @Test
    void withoutTextThereIsNoRegion() {
        assertEquals(Optional.empty(), NAMES.read(Optional.empty(), Optional.empty()));
    }

    @Test
    void aBoxThatIsNoneIsToldInOneLineWithTheMend() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("", "it takes 4 or 5 numbers");
        wrong.put("1,2,3", "it takes 4 or 5 numbers");
        wrong.put("1,2,3,4,0.5,6", "write decimals with a point");
        wrong.put("1,5,2,5,30,0,40,0", "write decimals with a point");
        wrong.put("10,20,30,40,5", "write decimals with a point");
        wrong.put("1,2,3,4,", "'' is no number");
        wrong.put("1,,3,4", "'' is no number");
        wrong.put("NaN,2,3,4", "'NaN' is no number");
        wrong.put("1,2,Infinity,4", "'Infinity' is no number");
        wrong.put("1,2,1e400,4", "'1e400' is no number");
        wrong.put("1e39,2,3,4", "'1e39' is no number");
        wrong.put("0x10,2,3,4", "'0x10' is no number");
        wrong.put("1f,2,3,4", "'1f' is no number");
        wrong.put("1,2,-3,4", "width and height must be positive");
        wrong.put("1,2,3,0", "width and height must be positive");
        wrong.put("1,2,3,4,-0.1", "must be 0 to 1");
        wrong.put("1,2,3,4,1.01", "must be 0 to 1");
        wrong.put("0.1,0.2,0.8,0.9", "send pixels, not shares of the picture's sides");
        wrong.put("10%,20%,30%,40%", "give pixels, not percent");
        wrong.put("1;2;3;4", "put commas between the numbers");
        wrong.put("1 2 3 4", "it takes 4 or 5 numbers");
        wrong.put("[1,2,3,4]", "'[1' is no number");
        wrong.put("\u0661,2,3,4", "is no number");
        wrong.put("1\n,2,3,x\ny", "'x\\ny' is no number");
        wrong.forEach((text, mend) -> assertRefused(Optional.of(text), Optional.empty(), "region must be X,Y", mend));
    }

    @Test
    void pointsThatAreNoneAreToldInOneLineWithTheMend() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("", "'' is no X,Y");
        wrong.put("11,12;13", "'13' is no X,Y");
        wrong.put("11,12;", "'' is no X,Y");
        wrong.put("11,12,13,14", "a semicolon between points");
        wrong.put("11,5,12,5;13,14", "write decimals with a point");
        wrong.put("11,NaN", "'11,NaN' is no X,Y");
        wrong.put("11,12;1e400,3", "'1e400,3' is no X,Y");
        wrong.put("11%,12%", "give pixels, not percent");
        wrong.put(String.join(";", Collections.nCopies(1_001, "20,20")), "at most 1000");
        wrong.forEach(
                (text, mend) -> assertRefused(Optional.of("10,10,50,60"), Optional.of(text), "points must be", mend));
    }

    @Test
    void pointsInOnePlaceGiveNoDirection() {
        assertRefused(
                Optional.of("10,10,50,60"),
                Optional.of("20,20;20,20;20.0,2e1"),
                "points: ",
                "the region's points coincide");
    }

    @Test
    void pointsThatLieNowhereNearTheBoxAreCountedFromElsewhere() {
        assertRefused(
                Optional.of("300,200,80,90"),
                Optional.of("20,30;60,30"),
                "points: none of the region's points",
                "upper left corner");
        assertRefused(
                Optional.of("300,200,80,90"),
                Optional.of("0.4,0.5;0.6,0.5"),
                "points: none of the region's points",
                "in pixels");
        assertTrue(NAMES.read(Optional.of("300,200,80,90"), Optional.of("250,160;900,900"))
                .isPresent());
    }

    @Test
    void pointsNeedTheirBox() {
        assertRefused(Optional.empty(), Optional.of("1,2;3,4"), "points needs region", "X,Y,WIDTH,HEIGHT");
    }

    @Test
    void aLongTextIsNotRepeatedWhole() {
        InvalidRequestException refused =
                assertThrows(InvalidRequestException.class, () -> read("1,2,3," + "9".repeat(100_000)));

        assertTrue(String.valueOf(refused.getMessage()).length() < 1_000);
    }

    private static Region read(String box) {
        return NAMES.read(Optional.of(box), Optional.empty()).orElseThrow();
    }

    private static void assertRefused(Optional<String> box, Optional<String> points, String rule, String mend) {
        InvalidRequestException refused =
                assertThrows(InvalidRequestException.class, () -> NAMES.read(box, points), () -> box + " " + points);
        String line = String.valueOf(refused.getMessage());
        assertTrue(line.startsWith(rule), line);
        assertTrue(line.contains(mend), line);
        assertEquals(1, line.lines().count(), line);
    }
}
