"""SWAN's output quantities, in the order of SWAN's own numbers.

Numbers, keywords, units and exception values are those of SWAN 41.45's table of output quantities; which of them have a
name in netCDF is told by its netCDF writer. Units are those without ``SET INRHOG 1``.
"""

from __future__ import annotations

ROWS = """
1  |XP      |xp            |-       |m    |coordinate|-1e+10|x of the output points
2  |YP      |yp            |-       |m    |coordinate|-1e+10|y of the output points
3  |DISTance|dist          |-       |m    |scalar   |-99  |distance along the output curve
4  |DEPth   |depth         |depth   |m    |scalar   |-99  |depth of water
5  |VELocity|xcur ycur     |xcur ycur|m s-1|vector   |0    |current velocity
6  |UBOT    |ubot          |ubot    |m s-1|scalar   |-10  |RMS of the maxima of orbital velocity at the bed
7  |DISSip  |dissip        |-       |m2 s-1|scalar   |-9   |dissipation of energy
8  |QB      |qb            |-       |1    |scalar   |-1   |fraction of breaking waves
9  |LEAk    |leak          |-       |m2 s-1|scalar   |-9   |leakage of energy over the ends of the spectrum
10 |HSign   |hs            |hs      |m    |scalar   |-9   |significant wave height
11 |TM01    |tm01          |tm01    |s    |scalar   |-9   |mean absolute wave period, m0/m1
12 |RTP     |tp            |tp      |s    |scalar   |-9   |peak period, relative to the current
13 |DIR     |dir           |theta0  |degree|direction|-999 |mean wave direction
14 |PDIr    |pdir          |thetap  |degree|direction|-999 |peak wave direction
15 |TDIr    |tdir          |-       |degree|direction|-999 |direction of the transport of energy
16 |DSPR    |dspr          |spread  |degree|scalar   |-9   |directional spreading, one sided
17 |WLENgth |wlen          |L       |m    |scalar   |-9   |mean wave length
18 |STEEpness|steep         |-       |1    |scalar   |-9   |wave steepness, hs / wlen
19 |TRAnsp  |xtransp ytransp|-       |m3 s-1|vector   |0    |transport of energy
20 |FORce   |xforce yforce |-       |N m-2|vector   |-9   |wave-driven force per unit of surface
24 |XC      |xc            |-       |1    |scalar   |-9   |x in the computational grid
25 |YC      |yc            |-       |1    |scalar   |-9   |y in the computational grid
26 |WIND    |xwnd ywnd     |xwnd ywnd|m s-1|vector   |0    |wind velocity at 10 m
27 |FRCoef  |frcoef        |-       |1    |scalar   |-9   |coefficient of bottom friction
28 |RTM01   |rtm01         |rtm01   |s    |scalar   |-9   |mean wave period m0/m1, relative to the current
30 |DHSign  |dhs           |dhs     |m    |scalar   |-9   |change of hs in the last iteration
31 |DRTM01  |drtm01        |dtm     |s    |scalar   |-9   |change of rtm01 in the last iteration
32 |TM02    |tm02          |tm02    |s    |scalar   |-9   |mean absolute zero-crossing period
33 |FSPR    |fspr          |-       |1    |scalar   |-9   |width of the frequency spectrum (kappa)
34 |URMS    |urms          |urms    |m s-1|scalar   |-9   |RMS of orbital velocity at the bed
35 |UFRIc   |ustar         |ustar   |m s-1|scalar   |-9   |friction velocity of the wind
36 |ZLEN    |zlen          |-       |m    |scalar   |-9   |zero-velocity thickness of the boundary layer
37 |TAUW    |tauw          |-       |1    |scalar   |-9   |stress that goes into the waves, as SWAN scales it
38 |CDRAG   |cdrag         |cdrag   |1    |scalar   |-9   |drag coefficient of the wind
39 |SETUP   |setup         |-       |m    |scalar   |-9   |set-up by waves
40 |TIME    |time          |-       |-    |time     |-99999|date and time
41 |TSEC    |tsec          |-       |s    |scalar   |-99999|seconds since the reference time
42 |PERiod  |period        |-       |s    |scalar   |-9   |mean absolute wave period of a chosen power
43 |RPERiod |rperiod       |-       |s    |scalar   |-9   |mean wave period of a chosen power, relative to the current
44 |HSWEll  |hswell        |hswe    |m    |scalar   |-9   |significant height of swell
45 |URSELL  |ursell        |-       |1    |scalar   |-9   |Ursell number
46 |ASTD    |astd          |-       |K    |scalar   |-99  |air temperature over that of the sea surface
47 |TMM10   |tmm10         |tmm10   |s    |scalar   |-9   |mean absolute energy period, m-1/m0
48 |RTMM10  |rtmm10        |rtmm10  |s    |scalar   |-9   |energy period m-1/m0, relative to the current
49 |DIFPAR  |difpar        |-       |1    |scalar   |-99  |diffraction parameter
50 |TMBOT   |tmbot         |-       |s    |scalar   |-9   |wave period at the bed
51 |WATLevel|watlev        |ssh     |m    |scalar   |-99  |water level
52 |BOTLevel|botlev        |botl    |m    |scalar   |-99  |depth of the bed below the vertical datum
53 |TPS     |tps           |tps     |s    |scalar   |-9   |smoothed peak period, relative to the current
54 |DISBot  |disbot        |-       |m2 s-1|scalar   |-9   |dissipation by bottom friction
55 |DISSUrf |dissurf       |-       |m2 s-1|scalar   |-9   |dissipation by surf breaking
56 |DISWcap |diswcap       |-       |m2 s-1|scalar   |-9   |dissipation by whitecapping
57 |DISVeg  |disveg        |-       |m2 s-1|scalar   |-9   |dissipation by vegetation
58 |QP      |qp            |-       |1    |scalar   |-9   |peakedness of the spectrum (Goda)
59 |BFI     |bfi           |-       |1    |scalar   |-9   |Benjamin-Feir index
60 |GENErat |generat       |-       |m2 s-1|scalar   |-9   |generation of energy
61 |GENWind |genwind       |-       |m2 s-1|scalar   |-9   |generation of energy by wind
62 |REDIst  |redist        |-       |m2 s-1|scalar   |-9   |redistribution of energy
63 |REDQuad |redquad       |-       |m2 s-1|scalar   |-9   |total absolute quadruplet interaction
64 |REDTriad|redtriad      |-       |m2 s-1|scalar   |-9   |total absolute triad interaction
65 |PROPAgat|propagat      |-       |m2 s-1|scalar   |-9   |propagation of energy
66 |PROPXy  |propxy        |-       |m2 s-1|scalar   |-9   |propagation of energy in space
67 |PROPTheta|proptheta     |-       |m2 s-1|scalar   |-9   |propagation of energy in direction
68 |PROPSigma|propsigma     |-       |m2 s-1|scalar   |-9   |propagation of energy in frequency
69 |RADStr  |radstr        |-       |m2 s-1|scalar   |-9   |energy transfer between waves and current
70 |NPLants |nplants       |-       |m-2  |scalar   |-9   |number of plants per area
71 |LWAVP   |lwavp         |-       |m    |scalar   |-9   |peak wave length
72 |DISTUr  |distur        |-       |m2 s-1|scalar   |-9   |dissipation by turbulence
73 |TURB    |turb          |-       |m2 s-1|scalar   |-99  |turbulent viscosity
74 |DISMud  |dismud        |-       |m2 s-1|scalar   |-9   |dissipation by fluid mud
75 |DISSWell|disswell      |-       |m2 s-1|scalar   |-9   |dissipation of swell
76 |DISIce  |disice        |-       |m2 s-1|scalar   |-9   |dissipation by sea ice
77 |AICE    |aice          |-       |1    |scalar   |-9   |fraction of ice
78 |HICE    |hice          |-       |m    |scalar   |-9   |thickness of ice
79 |REDB    |redb          |-       |m2 s-1|scalar   |-9   |total absolute Bragg scattering
80 |REDC    |redc          |-       |m2 s-1|scalar   |-9   |total absolute quasi-coherent scattering
81 |HBIG    |hbig          |-       |m    |scalar   |-9   |height of bound infragravity waves
82 |GAMMA   |gamma         |-       |1    |scalar   |-9   |breaker index
83 |BIPHase |biphase       |-       |degree|scalar   |-999 |biphase of triads
100|PTHSign |phs           |phs     |m    |partitions|-9   |significant height of each partition
110|PTRTP   |ptp           |ptp     |s    |partitions|-9   |peak period of each partition
120|PTWLEN  |pwlen         |-       |m    |partitions|-9   |mean wave length of each partition
130|PTDIR   |pdir          |pdir    |degree|partitions|-999 |mean wave direction of each partition
140|PTDSPR  |pdspr         |pspr    |degree|partitions|-9   |directional spreading of each partition
150|PTWFRAC |pwfrac        |-       |1    |partitions|-9   |fraction of wind sea in each partition
160|PTSTEEp |psteep        |-       |1    |partitions|-9   |steepness of each partition
"""
"""Number, keyword with the letters that SWAN needs in capitals, short name (two for a vector), name in netCDF, units,
kind, exception value, and what it is. There are six partitions, of which SWAN writes the number 0 for the wind sea;
their names end in that number."""

_MEAN = "sea_surface_wave_mean_period_from_variance_spectral_density"
_FROM = "sea_surface_wave_from_direction"

STANDARD_NAMES = {
    "depth": "sea_floor_depth_below_sea_surface",
    "xcur": "sea_water_x_velocity",
    "ycur": "sea_water_y_velocity",
    "xwnd": "x_wind",
    "ywnd": "y_wind",
    "hs": "sea_surface_wave_significant_height",
    "hswell": "sea_surface_swell_wave_significant_height",
    "tm01": f"{_MEAN}_first_frequency_moment",
    "tm02": f"{_MEAN}_second_frequency_moment",
    "tmm10": f"{_MEAN}_inverse_frequency_moment",
    "tp": "sea_surface_wave_period_at_variance_spectral_density_maximum",
    "dir": _FROM,
    "pdir": f"{_FROM}_at_variance_spectral_density_maximum",
    "dspr": "sea_surface_wave_directional_spread",
    "cdrag": "surface_drag_coefficient_for_momentum_in_air",
    "watlev": "water_surface_height_above_reference_datum",
    "aice": "sea_ice_area_fraction",
    "hice": "sea_ice_thickness",
}
"""Of the CF table, for those of which it has one that says what SWAN computes; a vector along x and y."""

SINCE = {"gamma": "41.45", "biphase": "41.45"}
"""Quantities that 41.41 does not have."""
