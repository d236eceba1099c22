"""SWAN's command scheme, transcribed by hand from what its reader asks for; see `swan_reader` for the notation."""

_GRID_END = "( CIR [mdc#]! | SEC [dir1]! [dir2]! [mdc#]! )! [flow] [fhigh] [msc#]"
_EXC = "( EXC [excval]! )"
_FORMAT = "( FRE | FOR ( [idfm#] | 'form'! ) | UNF )"
_AGROW = "( AGROW [a] )"
_DRAG = "( DRAG ( WU | FIT | SWELL )! )"
_PM = "[edmlpm] [cdrag] [umin] [cfpm]"
_OUT = "( OUT {tbeg}! {delt~}! )"
_UNIVERSAL = "( DIR [spread] ) ( FREQD [power] [fmin] [fmax] )"
_BIPH = "( COLL | NONC ) ( BIPH ( ELD [urcrit] | SAPR [a] | DEWIT [lpar] )! ) ( TRA ( FG | MS | BR | QU )! )"
_LTA = "[trfac] [cutfr]"
_URSELL = "[urcrit] [urslim]"
_PAR = "[hs]! [per]! [dir]! [dd]"
_STAT = "( STAT [mxitst#] [alfa] | NONST [mxitns#]! ) [limiter]"
_QUANTITIES = (
    "HS DIR PDI TDI TM01 RTM01 RTP TPS PER RPER TMM10 RTMM10 TM02 FSPR DSPR QP BFI DEP WATL BOTL VEL FRC WIND UFRI ZLEN"
    " TAUW CDRAG ASTD AICE HICE NPL TURB DISSU DISSW DISS DISB DISW DISV DISTU DISM DISI GENE GENW REDI REDQ REDT REDB"
    " REDC PROPA PROPX PROPT PROPS RADS LEA QB GAMMA TRA FOR UBOT URMS TMBOT WLEN LWAVP STEE URSELL BIPH DIFPAR SETUP"
    " HBIG DHS DRTM01 TIME TSEC XP YP XC YC DIST NPART HSWE PTHS PTRTP PTWLEN PTDIR PTDSPR PTWFRAC PTSTEE PARTIT"
)
_WHICH = "( " + " | ".join(_QUANTITIES.split())
_NUMBERED = "".join(
    f" | PT{n:02}{q}" for n in range(2, 11) for q in ("HS", "RTP", "WLEN", "DIR", "DSPR", "WFRAC", "STEE")
)


def _many(element: str, count: int = 4) -> str:
    """An element that a keyword begins, up to so many times."""
    return " ".join([element] * count)


SCHEMES = {
    "project": "PROJ! 'name' 'nr'! 'title1' 'title2' 'title3'",
    "set": "SET! [level] [nor] [depmin] [maxmes#] [maxerr#] [grav] [rho] [cdcap] [uscap] [inrhog#] [hsrerr]"
    " ( NAUT | CART ) [pwtail] [froudmax] [icewind] [excmark#] [sort] ( CURV | [nsweep#] ) [printf#] [prtest#]",
    "mode": "MODE! ( NONST | STA ) ( ONED | TWOD ) NOUPDAT",
    "coordinates": "COORD! ( CART | SPHE [rearth] ( CCM | QC ) )! REP",
    "cgrid": "CGRID! ( REG [xpc] [ypc] [alpc] [xlenc]! [ylenc]! [mxc#]! [myc#]!"
    f" | CURV [mxc#]! [myc#]! ( EXC [excval]! [excval] ) [alpc] | UNSTRUC )! {_GRID_END}",
    "readgrid": "READ! ( UNSTRUC ( ADC | TRIA 'fname'! | EASY 'fname'! )!"
    f" | COOR [fac] 'fname'! [idla#] [nhedf#] [nhedvec#] {_FORMAT} )!",
    "inpgrid": "INP!"
    " ( BOT | WLEV | CUR | VX | VY | FR | WI | WX | WY | ASTD | NPLA | TURB | MUDL | AICE | HICE | HSS | TSS )!"
    " ( REG [xpinp]! [ypinp]! [alpinp] [mxinp#]! [myinp#]! [dxinp]! [dyinp]"
    " | CURV [stagrx] [stagry] [mxinp#] [myinp#] | UNSTRUC )!"
    f" {_EXC} ( NONSTAT {{tbeginp}}! {{deltinp~}}! {{tendinp}} )",
    "readinp": "READ! ( BOT | WL | CUR | FR | WI | ASTD | NPLA | TURB | MUDL | AICE | HICE | HSS | TSS )!"
    f" [fac] SERI 'fname'! [idla#] [nhedf#] [nhedt#] [nhedvec#] {_FORMAT}",
    "wind": "WIND! [vel]! [dir]! [astd]",
    "ice": "ICE! [aice]! [hice]!",
    "bound_shape": "BOU! SHAP! ( JON [gamma] | PM | GAUS [sigfr] | BIN | TMA [gamma] [d]! )! ( PEAK | MEAN )"
    " DSPR ( POW | DEGR )",
    "boundspec": "BOU! ( SIDE ( [k#] | NW | SW | SE | NE | N | W | S | E )! ( CCW | CLOCKW )"
    " | SEG ( XY < [xp]! [yp]! > | IJ < [i#]! > )! )!"
    f" ( CON ( PAR {_PAR} | FILE 'fname'! [seq#] )!"
    f" | VAR ( PAR < [len]! {_PAR} > | FILE < [len]! 'fname'! [seq#]! > )! )!",
    "boundnest1": "BOU! NE! 'fname'! ( CLOS | OPEN )",
    "boundnest2": "BOU! WAMN! 'fname'! ( UNF ( CRAY | WK )! | FRE )! [xgc] [ygc] [lwdate#]",
    "boundnest3": "BOU! WW3! 'fname'! ( UNF | FRE )! ( CLOS | OPEN )! [xgc] [ygc]",
    "initial": "INIT! ( DEF | ZERO | PAR [hsig]! ( MEAN | PEAK ) [per]! [dir]! [dd] [ix1#] [ix2#] [iy1#] [iy2#]"
    " | HOTS ( MULT | SING ) 'fname'! ( FREE | UNF ) )!",
    "generation": f"( GEN1 [cf10] [cf20] [cf30] [cf40] {_PM}"
    f" | GEN2 [cf10] [cf20] [cf30] [cf40] [cf50] [cf60] {_PM} | GEN4"
    f" | GEN3 ( JANS [cds1] [delta] {_DRAG} | KOM [cds2] [stpm] {_DRAG} | YAN {_DRAG} | WESTH [cds2] [br] {_DRAG}"
    " | BAB [a1sds]! [a2sds]! [p1sds]! [p2sds]! [cdsv]! [feswell]! ( UP | DOWN )! VECTAU TRUE10"
    " | ST6 [a1sds] [a2sds] [p1sds] [p2sds] ( UP | DOWN ) ( HWANG | FAN | ECMWF ) ( VECTAU | SCATAU )"
    f" ( TRUE10 | U10P [windscaling] ) ( DEB [cdfac]! ) )! {_AGROW} )!",
    "sswell": "SSWELL! ( ROG [cdsv] [feswell]! | ARD [cdsv] | ZIE [b1] )!",
    "negatinp": "NEG! [rdcoef]!",
    "wcap": "WCAP! ( KOM [cds2] [stpm] [powst] [delta] [powk] | JANS [cds1] [delta] [pwtail] | LHIG [cflhig]"
    " | BJ [bjstp] [bjalf] | KBJ [bjstp] [bjalf] [kconv] | AB [cds2] [br] ( CUR [cds3] ) )!",
    "quadrupl": "QUAD! [iquad#] [lambda] [cnl4] [csh1] [csh2] [csh3]",
    "mdia": "MDIA! LAM! < [lambda]! > ( CNL4_12 < [cnl4_1]! [cnl4_2]! > | CNL4 < [cnl4]! > )!",
    "breaking": "BRE! ( CON [alpha] [gamma]"
    " | VAR [alpha] [gammin] [gammax] [gamneg] [coeff1] [coeff2] | RUE [alpha] [a] [b]"
    " | TG [alpha] [gamma] [pown] | BKD [alpha] [gamma0] [a1] [a2] [a3] [npnts] | ASYM [alpha] [gamma0] [a] )!"
    f" {_UNIVERSAL}",
    "friction": "FRIC! ( JON ( CON [cfjon] | VAR [cfj1] [cfj2] [dsp1] [dsp2] )!"
    " | COLL [cfw] [cfc] | MAD [kn] | RIP [s] [d] )!",
    "triad": "TRI! ( LTA [trfac] [cutfr] [dint] | DCTA [trfac] [p] | SPB [trfac] [a] [b] [dint]"
    f" | FTIM [trfac] [dint] | ITRIAD=11 {_LTA} {_URSELL} | ITRIAD=1 {_LTA} [dint] {_URSELL}"
    f" | ITRIAD=2 [trfac] [a] [b] [dint] {_URSELL}"
    f" | ITRIAD=5 [trfac] [p] {_URSELL} )! {_BIPH}",
    "vegetation": "VEGE! [iveg#] < [height]! [diamtr]! [nstems#]! [drag]! >",
    "mud": "MUD! [layer] [rhom] [viscm] [rhow] [viscw]",
    "sice": "SICE! ( R19 [c0] [c1] [c2] [c3] [c4] [c5] [c6] | D15 [chf] | M18 [chf] | R21B [chf] [npf] )!",
    "turbulence": "TURB! [ctb] ( CUR [tbcur] )",
    "bragg": "BRAG! [ibrag#] [nreg#] [cutoff] ( FT | FILE 'fname'! [idla#] [mkx#]! [mky#] [dkx]! [dky] )",
    "scat": "SCAT! [iqcm#] ( GRI ( K [kxlow]! [kylow]! [kxlen]! [kylen]! [mkxc#] [mkyc#] | WID [rfac] )! )"
    " ( TRU [alpha] [qmax] )",
    "surfbeat": "SURFB! [df] [nmax#] [emin] ( UNIF | LOG )",
    "limiter": "LIM! [ursell] [qb]",
    "obstacle": "OBST! ( TRANS1 < [trcoef]! > | TRANS2 < [trcoef]! > | TRANS [trcoef]!"
    " | DAM ( DANG [hgt]! [slope]! [bk]! | GODA [hgt]! [alpha] [beta] )! )"
    " ( FIG [alpha1]! [hss] [tss] ) ( REFL [reflc] ( RDIFF [pown#]! | RSPEC ) ( RFD [fd1]! [fd2]! [fd3]! [fd4]! ) )"
    " ( FREE [hgt]! [gammat] [gammar] Q ) LIN! < [xp]! [yp]! >",
    "setup": "SETUP! [supcor]",
    "diffraction": "DIFFR! [idiffr#] [smpar] [smnum] [cgmod]",
    "off": "OFF! ( REF | FSH | BRE | WCAP | QUAD | WINDG | BNDCHK | RESCALE | SOURCES )!",
    "prop": "PROP! ( BSBT | GSE {waveage~} FLUXLIM | FLUXLIM )!",
    "numeric": f"NUM! ( STOPC [dabs] [drel] [curvat] [npnts] [dtabs] [curvt] {_STAT}"
    f" | ACCUR [drel] [dhoval] [dtoval] [npnts] {_STAT} )"
    " ( DIR [cdd] [cdlim] ( DEP | WNUM ) ) ( REFRL [frlim] [power] )"
    " ( SIGIM [css] [eps1] [eps2] [outp] [niter] | SIGEX [css] [cfl] | FIL [diffc] ) ( CT [cfl] ) ( CS [cfl] )"
    " ( SETUP [eps2] [outp] [niter] )",
    "frame": "FRA! 'sname'! [xpfr]! [ypfr]! [alpfr]! [xlenfr]! [ylenfr]! [mxfr#] [myfr#]",
    "group": "GROUP! 'sname'! [ix1#]! [ix2#]! [iy1#]! [iy2#]!",
    "curve": "CURV! 'sname'! [xp1]! [yp1]! < [int#]! [xp]! [yp]! >",
    "ray": "RAY! 'rname'! [xp1]! [yp1]! [xq1]! [yq1]! < [int#]! [xp]! [yp]! [xq]! [yq]! >",
    "isoline": "ISO! 'sname'! 'rname'! ( BOT | DEP ) [dep]!",
    "points": "POIN! 'sname'! ( FILE 'fname'! | < [xp]! [yp]! > )",
    "ngrid": "NGR! 'sname'! ( UNSTRUC TRIA 'fname'! | [xpn]! [ypn]! [alpn]! [xlenn]! [ylenn]! [mxn#] [myn#] )!",
    "quantity": f"QUANT! {_many(_WHICH + _NUMBERED + ' )')} 'short' 'long'"
    " [lexp] [hexp] [excv] {ref} [power] [fswell] [fmin] [fmax] [noswll#] ( PROBLEM | FRAME )",
    "output_options": "OUTP! OPT! 'comment' ( TAB [field#] ) ( BLO [ndec#] [len#] ) ( SPEC [ndec#] [len#] )",
    "block": f"BLO! 'sname'! ( NOHEAD | HEAD )! 'fname' ( LAY [idla#]! ) {_many(_WHICH + ' ) [unit]')} {_OUT}",
    "table": f"TAB! 'sname'! ( NOHEAD | HEAD | IND | SWAN | STAB ) 'fname' {_many(_WHICH + ' )')} {_OUT}",
    "specout": f"SPEC! 'sname'! ( SPEC1D | SPEC2D ) ( ABS | REL ) ( S | L ) 'fname'! MON ESCA COMP MDGRID NOAUX {_OUT}",
    "nestout": f"NEST! 'sname'! 'fname'! {_OUT}",
    "test": "TEST! [itest#] [itrace#] ( POI ( XY < [x]! [y]! > | IJ < [i#]! > )!"
    " ( PAR 'fname' ) ( S1D 'fname' ) ( S2D 'fname' ) )",
    "include": "INCL! 'fname'!",
    "compute": "COMP! ( STAT {time}! | NONST {tbegc} {deltc~}! {tendc}! )",
    "hotfile": "HOTF! 'fname'! ( UNF | FREE )",
    "stop": "STOP!",
}
