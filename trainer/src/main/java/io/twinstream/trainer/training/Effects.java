package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.training.Sampler.Drawing;
import io.twinstream.verifier.preprocess.Affine;
import io.twinstream.verifier.preprocess.PictureWarp;
import java.util.SplittableRandom;

/**
 * Effects draw each picture anew before a network learns from it: bent and moved, mirrored, in another light, with a part missing,
 * in this order. What is drawn is a function of the random numbers alone. An effect that is none takes no random numbers.
 *
 * @param mirrored whether a mirrored picture is still of its class; half of them are then mirrored
 */
record Effects(Distortion distortion, boolean mirrored, Light light, Erasing erasing) {
    /** Returns effects that bend and move drawings, and leave their ink as it is. */
    static Effects ofDrawings(Distortion distortion, boolean mirrored) {
        return new Effects(distortion, mirrored, Light.NONE, Erasing.NONE);
    }

    /** Returns the effects for photographs. */
    static Effects ofPhotographs(boolean mirrored) {
        return new Effects(Distortion.PHOTOGRAPHS, mirrored, Light.PHOTOGRAPHS, Erasing.PHOTOGRAPHS);
    }

    /** Returns the same effects with pictures bent by at most this share of their size. */
    Effects bent(double share) {
        return new Effects(distortion.bent(share), mirrored, light, erasing);
    }

    /** Draws a picture anew, laid as the drawing says. */
    Picture draw(Picture source, Drawing drawing, PictureWarp warp, SplittableRandom random) {
        boolean sideways = drawing.quarterTurns() % 2 == 1;
        Affine map = distortion.draw(random, source.width(), source.height());
        boolean swapped = drawing.mirrored() ^ (mirrored && random.nextBoolean());
        Affine laid = (swapped ? map.thenMirror() : map).thenTurn(drawing.quarterTurns());
        Picture warped = warp.warp(source, laid, distortion.bends(random), sideways);
        return erasing.erase(light.change(warped, random), random);
    }
}
